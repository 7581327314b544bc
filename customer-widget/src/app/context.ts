/** What every part of the panel works with: the client, the sounds, the language. Given down once, by context. */
import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { GetHelpClient } from '../client/client.ts';
import type { ClientSnapshot } from '../client/snapshot.ts';
import type { Observable } from '../client/observable.ts';
import type { WidgetSettings } from '../element/contract.ts';
import { say, type Text } from '../texts.ts';
import type { PageSharing } from './page-sharing.ts';
import type { Playback } from './playback.ts';
import type { Sounds } from './sounds.ts';

export interface Workings {
  readonly client: GetHelpClient;
  readonly sounds: Sounds;
  readonly playback: Playback;
  readonly sharing: PageSharing;
  readonly settings: WidgetSettings;
  /** The panel came back by itself on a new page: it takes no focus, and is folded if it was. */
  readonly returned: boolean;
  readonly folded: FoldedStore;
  /** Closes the panel; what is unfinished is left first. */
  readonly dismiss: () => void;
}

/** Whether the panel is folded, over navigations. */
export interface FoldedStore {
  load(): boolean;
  save(folded: boolean): void;
}

export const WorkingsContext = createContext<Workings | null>(null);

export function useWorkings(): Workings {
  const workings = useContext(WorkingsContext);
  if (workings === null) throw new Error('Rendered outside of the panel');
  return workings;
}

/** The catalogue, in the panel's language. */
export function useSay(): (text: Text, values?: Readonly<Record<string, string | number>>) => string {
  const { settings } = useWorkings();
  return (text, values) => say(text, settings.language, values);
}

export function useObservable<T>(observable: Observable<T>): T {
  const [value, setValue] = useState(observable.value);
  useEffect(() => {
    // It may have changed between the render and now.
    setValue(() => observable.value);
    return observable.subscribe((next) => setValue(() => next));
  }, [observable]);
  return value;
}

export function useSnapshot(): ClientSnapshot {
  return useObservable(useWorkings().client.snapshot);
}
