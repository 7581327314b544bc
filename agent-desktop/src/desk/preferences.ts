/** What an agent sets once per machine: kept in localStorage, nothing about customers in it. */

export interface Preferences {
  readonly theme: 'system' | 'light' | 'dark';
  /** Null follows the browser. */
  readonly language: 'en' | 'de' | null;
  readonly shortcuts: boolean;
  /** 0 to 1; 0 is silent. */
  readonly ringVolume: number;
  readonly microphoneId: string | null;
  readonly cameraId: string | null;
  /** '' is the system's default. */
  readonly speakerId: string;
}

const key = 'gethelp.preferences';

const initial: Preferences = {
  theme: 'system', language: null, shortcuts: true, ringVolume: 0.6, microphoneId: null, cameraId: null, speakerId: '',
};

export function loadPreferences(): Preferences {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return { ...initial, ...(typeof stored === 'object' ? stored : {}) };
  } catch {
    return initial;
  }
}

export function savePreferences(preferences: Preferences): void {
  localStorage.setItem(key, JSON.stringify(preferences));
}
