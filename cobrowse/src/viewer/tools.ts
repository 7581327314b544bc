/** What an agent can have in hand over the page, and which grant each needs. */
import type { FurtherGrant } from '#shared/cobrowse-grants.ts';

export const tools = ['look', 'pointer', 'pen', 'arrow', 'highlight', 'control'] as const;
export type Tool = (typeof tools)[number];

export function grantFor(tool: Tool): Exclude<FurtherGrant, 'record'> | null {
  if (tool === 'look') return null;
  return tool === 'control' ? 'control' : 'annotate';
}

/** How large the page is shown: as large as fits, as the customer has it, or by a factor of that. */
export type Zoom = 'fit' | number;
export const zoomSteps = [0.5, 0.75, 1, 1.25, 1.5, 2] as const;

export function zoomStep(scale: number, direction: 1 | -1): number {
  const [smallest, largest] = [zoomSteps[0], zoomSteps[zoomSteps.length - 1] ?? 1];
  if (direction === 1) return zoomSteps.find((step) => step > scale + 0.01) ?? largest;
  return zoomSteps.findLast((step) => step < scale - 0.01) ?? smallest;
}
