import { ok, type Result } from "../../base/result.ts";
import { malformed, type MalformedError } from "./object_reader.ts";

const SLICE = 0x8000;

/** Base64 of bytes, without line breaks. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (let at = 0; at < bytes.length; at += SLICE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + SLICE));
  }
  return btoa(binary);
}

/** Bytes of a base64 text. */
export function bytesOfBase64(text: string): Result<Uint8Array<ArrayBuffer>, MalformedError> {
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
    return ok(bytes);
  } catch (error) {
    return malformed(`not base64: ${error instanceof Error ? error.message : "unreadable"}`);
  }
}
