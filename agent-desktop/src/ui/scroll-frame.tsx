/** A frame that scrolls sideways and can be reached by keyboard to do so (WCAG 2.1.1). */
import type { ReactNode } from 'react';

export function ScrollFrame({ label, isPlain = false, children }: { label: string; isPlain?: boolean; children: ReactNode }): ReactNode {
  // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolling by keyboard needs focus.
  return <section className={isPlain ? 'scroll-frame' : 'table-frame'} tabIndex={0} aria-label={label}>{children}</section>;
}
