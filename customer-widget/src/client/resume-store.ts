/** Where the resume secret survives a reload: one entry per gateway and tab. */

export interface ResumeEntry {
  readonly resume: string;
  readonly signalingUrl: string;
}

/** Apps give their own (the keychain, say); pages use `sessionResumeStore`. */
export interface ResumeStore {
  load(): ResumeEntry | null;
  save(entry: ResumeEntry): void;
  clear(): void;
}

/** The key under which a page keeps its entry; the small loader looks here too, before it loads anything else. */
export function resumeKey(gateway: string): string {
  return `gethelp:resume:${gateway}`;
}

/** sessionStorage: lives as long as the tab. Storage may be forbidden (privacy settings): the contact then ends with the page. */
export function sessionResumeStore(gateway: string): ResumeStore {
  const key = resumeKey(gateway);
  return {
    load() {
      try {
        return parseEntry(JSON.parse(sessionStorage.getItem(key) ?? 'null'));
      } catch {
        return null;
      }
    },
    save(entry) {
      try {
        sessionStorage.setItem(key, JSON.stringify(entry));
      } catch {
        // Nothing to be done: without storage there is no return after a reload.
      }
    },
    clear() {
      try {
        sessionStorage.removeItem(key);
      } catch {
        // As above.
      }
    },
  };
}

/** For apps and tests that need no survival. */
export function memoryResumeStore(): ResumeStore {
  let entry: ResumeEntry | null = null;
  return {
    load: () => entry,
    save: (next) => {
      entry = next;
    },
    clear: () => {
      entry = null;
    },
  };
}

function parseEntry(value: unknown): ResumeEntry | null {
  if (typeof value !== 'object' || value === null) return null;
  const { resume, signalingUrl } = value as Record<string, unknown>;
  return typeof resume === 'string' && typeof signalingUrl === 'string' ? { resume, signalingUrl } : null;
}
