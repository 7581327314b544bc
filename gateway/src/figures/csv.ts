/**
 * Tables as RFC 4180 has them: CRLF, quotes doubled. A cell that a spreadsheet would take for a formula gets an apostrophe in front, because
 * names come from people. Pure.
 */

/** `phone`: a telephone number, whose plus is no formula's. */
export type Cell = string | number | boolean | null | { readonly phone: string };

export function toCsv(header: readonly string[], rows: ReadonlyArray<readonly Cell[]>): string {
  return [header, ...rows].map(csvRow).join('');
}

export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(Math.round(value * 10_000) / 10_000);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'object') return /^\+?\d+$/.test(value.phone) ? value.phone : cell(value.phone);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
