/** Where a customer who leaves a message may be answered. Without a schema, so that the widget judges by the same rule as the gateway. */

const mail = /^[^\s@<>"]{1,200}@[^\s@<>"]{1,200}\.[^\s@<>".]{2,63}$/;
/** As people write them; at least five digits. */
const telephone = /^\+?(?:[ ()/.-]*\d){5,20}$/;

export const longestReplyAddress = 320;

export function isReplyAddress(text: string): boolean {
  return text.length <= longestReplyAddress && (mail.test(text) || telephone.test(text));
}
