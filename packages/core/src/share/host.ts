/** True for a host's name, an IPv4 address, or an IPv6 address with or without a zone (`fe80::1%en0`). */
export function isHost(text: string): boolean {
  return text.includes(':') ? isIpv6(text) : isHostName(text);
}

/** Underscores too: names of Windows machines have them. */
function isHostName(text: string): boolean {
  if (text.length > 253) return false;
  if (/^[\d.]+$/.test(text)) return isIpv4(text);
  return /^(?:[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?\.)*[\p{L}\p{M}\p{N}_](?:[\p{L}\p{M}\p{N}_-]{0,61}[\p{L}\p{M}\p{N}_])?\.?$/u.test(
    text,
  );
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text);
}

function isIpv6(text: string): boolean {
  const [address = '', zone, ...more] = text.split('%');
  if (more.length > 0 || (zone !== undefined && !/^[\w.-]{1,32}$/.test(zone))) return false;
  const [left = '', right, ...others] = address.split('::');
  if (others.length > 0) return false;
  const groups = [...groupsOf(left), ...groupsOf(right ?? '')];
  const last = groups.at(-1);
  const hasIpv4 = last !== undefined && last.includes('.') && isIpv4(last);
  const hex = hasIpv4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[\da-f]{1,4}$/i.test(group))) return false;
  const count = hex.length + (hasIpv4 ? 2 : 0);
  return right === undefined ? count === 8 : count < 8;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
