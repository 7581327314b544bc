/** Calls a person back to the page when it is their turn: the title flashes, the phone vibrates, the system notifies. */

export interface CallBack {
  /** Shown in turn with the page's own title. */
  readonly title: string;
  readonly notice: { readonly title: string; readonly body: string };
}

const flashMs = 1_000;

export class Attention {
  #timer: ReturnType<typeof setInterval> | undefined;
  #ownTitle: string | null = null;
  #notification: Notification | null = null;

  /** The page's title without the flashing. */
  get pageTitle(): string {
    return this.#ownTitle ?? document.title;
  }

  call({ title, notice }: CallBack): void {
    if (this.#ownTitle !== null) return;
    this.#ownTitle = document.title;
    let shown = false;
    const flash = (): void => {
      shown = !shown;
      document.title = shown ? title : this.pageTitle;
    };
    flash();
    this.#timer = setInterval(flash, flashMs);
    // Absent on desktops and in Safari; refused, and complained of, without a press on the page, as after a reload.
    if ('vibrate' in navigator && (navigator as { userActivation?: UserActivation }).userActivation?.hasBeenActive !== false) navigator.vibrate([200, 100, 200, 100, 400]);
    if (document.hidden && notificationPermission() === 'granted') this.#notify(notice);
  }

  calm(): void {
    clearInterval(this.#timer);
    if (this.#ownTitle !== null) document.title = this.#ownTitle;
    this.#ownTitle = null;
    this.#notification?.close();
    this.#notification = null;
  }

  #notify({ title, body }: CallBack['notice']): void {
    try {
      this.#notification = new Notification(title, { body, tag: 'gethelp', requireInteraction: true });
      this.#notification.onclick = () => window.focus();
    } catch {
      // Android's Chrome notifies from service workers only; sound, title and vibration are left.
    }
  }
}

export function notificationPermission(): NotificationPermission | 'unsupported' {
  return 'Notification' in globalThis ? Notification.permission : 'unsupported';
}
