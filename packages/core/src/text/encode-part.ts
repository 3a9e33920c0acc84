const SPECIAL = /[^\p{L}\p{M}\p{N}._~+,=-]/gu;

/** A part of a URL: what a URL or a shell would take for something else is percent-encoded, letters of every script stay readable. */
export function encodePart(text: string): string {
  return text.replace(SPECIAL, (character) =>
    // encodeURIComponent leaves these as they are.
    /[!'()*]/.test(character)
      ? `%${character.charCodeAt(0).toString(16).toUpperCase()}`
      : encodeURIComponent(character),
  );
}
