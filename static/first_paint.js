// Holds the first paint until the page's own faces are there: text set in a stand-in would move
// when they come. Bounded, so that a face that never comes hides nothing for long. Without a
// script the page is painted at once.
(() => {
  const root = document.documentElement;
  const faces = [
    '420 34px "Newsreader Variable"',
    '430 13px "Source Sans 3 Variable"',
    'italic 430 13px "Source Sans 3 Variable"',
  ];
  const show = () => {
    root.classList.remove("faces-wait");
    // What is hidden cannot take the focus, and the browser tries only once.
    if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();
  };
  root.classList.add("faces-wait");
  Promise.all(faces.map((face) => document.fonts.load(face, "0\u0394"))).then(show, show);
  setTimeout(show, 1500);
})();
