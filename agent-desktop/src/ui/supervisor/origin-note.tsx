/** Where a setting comes from: the contact-center file, or who set it and when. */
import type { ReactNode } from 'react';
import type { Origin } from '#shared/settings-api.ts';
import { useLanguage, useText } from '../desk-context.tsx';

export function OriginNote({ origin }: { origin: Origin }): ReactNode {
  const text = useText();
  const format = new Intl.DateTimeFormat(useLanguage(), { dateStyle: 'medium', timeStyle: 'short' });
  return origin.from === 'config' ? <span className="origin">{text('settingsNow.fromFile')}</span>
    : <span className="origin" data-set>{text('settingsNow.setBy', { name: origin.by, at: format.format(new Date(origin.since)) })}</span>;
}
