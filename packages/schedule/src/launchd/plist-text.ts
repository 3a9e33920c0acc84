/** What a property list can hold, as far as it is used here. */
export type PlistValue = string | number | readonly PlistValue[] | { readonly [key: string]: PlistValue };

/** An XML property list. Texts must have no control characters; numbers are whole. */
export function plistText(value: PlistValue): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    ...lines(value, ''),
    '</plist>',
    '',
  ].join('\n');
}

/** A text as it stands in XML. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function lines(value: PlistValue, indent: string): string[] {
  if (typeof value === 'string') return [`${indent}<string>${escaped(value)}</string>`];
  if (typeof value === 'number') return [`${indent}<integer>${value.toString()}</integer>`];
  const deeper = `${indent}  `;
  if (isList(value)) {
    const items = value.flatMap((item) => lines(item, deeper));
    return [`${indent}<array>`, ...items, `${indent}</array>`];
  }
  const entries = Object.entries(value).flatMap(([key, entry]) => [
    `${deeper}<key>${escaped(key)}</key>`,
    ...lines(entry, deeper),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`];
}

function isList(value: PlistValue): value is readonly PlistValue[] {
  return Array.isArray(value);
}
