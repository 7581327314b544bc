/** Limits of what is written, for pages that do without the schemas. */
export const longestText = 4000;
