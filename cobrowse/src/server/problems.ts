/** Every refusal of the relay, in RFC 9457 form. */
import type { Problem } from '#shared/problem.ts';

export const problems = {
  badHandshake: {
    type: '/problems/cobrowse-handshake', title: 'No co-browse token given', status: 401,
    detail: 'Connect with `auth: { token }`, where the token is the one issued for this contact.',
  },
  full: {
    type: '/problems/cobrowse-full', title: 'Too many co-browse connections', status: 503,
    detail: 'Close another viewer or tab of this contact, or try again later.',
  },
  unavailable: {
    type: '/problems/cobrowse-unavailable', title: 'The token could not be checked', status: 503,
    detail: 'Something failed on our side; try again with a fresh token.',
  },
  badFrames: {
    type: '/problems/cobrowse-frames', title: 'Malformed frames', status: 400,
    detail: 'See shared/src/cobrowse-protocol.ts for the form. Start again with a snapshot.',
  },
  notSharer: {
    type: '/problems/cobrowse-role', title: 'Only the sharer sends frames', status: 403,
  },
  tooMuch: {
    type: '/problems/cobrowse-too-much', title: 'The page sends more than the relay can check', status: 429,
    detail: 'Wait until the page is calm, then start again with a snapshot.',
  },
  badAsset: {
    type: '/problems/cobrowse-asset', title: 'Not the picture or font that was offered', status: 422,
    detail: 'Offer it first, send its pieces in order, and let hash, size and type be those of its content.',
  },
  assetsFull: {
    type: '/problems/cobrowse-assets-full', title: 'No room for more pictures and fonts', status: 507,
    detail: 'What is not taken is shown to the agent as a labelled box.',
  },
  noAsset: {
    type: '/problems/cobrowse-asset-unknown', title: 'The page has not given this picture or font', status: 404,
  },
  gap: {
    type: '/problems/cobrowse-gap', title: 'Frames are missing', status: 409,
    detail: 'The sequence has a hole. Start again with a snapshot.',
  },
  refused: {
    type: '/problems/cobrowse-policy', title: 'A frame broke the masking policy', status: 422,
    detail: 'The frame had not gone through the sanitizer, or through another version of it. Start again with a snapshot.',
  },
} as const satisfies Record<string, Problem>;
