/** Ends the session of this browser; a plain form, so that it works without a script. */
export function SignOut() {
  return (
    <form method="post" action="/login">
      <input type="hidden" name="act" value="sign-out" />
      <button class="btn sign-out" type="submit">Sign out</button>
    </form>
  );
}
