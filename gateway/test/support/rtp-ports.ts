/** Where phones' media may be in tests; each port is tried before it is used, so two runs at once share the range. */
export const testRtpPorts = { min: 42_000, max: 44_999 } as const;
