/** Style sheets come as text and are adopted by the shadow root: a strict CSP of the page has no say in that. */
declare module '*.css?inline' {
  const text: string;
  // Vite hands an inlined style sheet over as the default export; there is no other form.
  // oxlint-disable-next-line import/no-default-export
  export default text;
}
