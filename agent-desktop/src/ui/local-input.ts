/** `2026-11-27T09:30`, as `<input type="datetime-local">` has it, in this machine's time zone. Pure. */
export function localInput(moment: Date): string {
  const two = (figure: number): string => String(figure).padStart(2, '0');
  return `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}T${two(moment.getHours())}:${two(moment.getMinutes())}`;
}
