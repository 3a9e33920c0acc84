/** Upper for lower case and the reverse, of ASCII only: other letters change length and form. */
export function swapCase(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => {
    const upper = letter.toUpperCase();
    return letter === upper ? letter.toLowerCase() : upper;
  });
}

/** The decomposed form of a composed name, and the composed one of any other. */
export function otherForm(name: string): string {
  const composed = name.normalize('NFC');
  return composed === name ? name.normalize('NFD') : composed;
}
