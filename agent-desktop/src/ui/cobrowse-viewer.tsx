/** Mounts the viewer document, which is a page of its own (and in production an origin of its own); loaded when a page is first shown. */
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react';
import type { ViewerToken } from '#shared/agent-protocol.ts';
import type { Grants } from '#shared/cobrowse-grants.ts';
import type { Watcher } from '#shared/cobrowse-hands.ts';
import { mountViewer, type MountedViewer } from '#cobrowse/viewer/host.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useText } from './desk-context.tsx';

interface CobrowseViewerProps {
  readonly contactId: string;
  readonly grants: Grants;
  /** Who has the customer may ask for more than to look. */
  readonly as: Watcher['as'];
}

export function CobrowseViewer({ contactId, grants, as }: CobrowseViewerProps): ReactNode {
  const text = useText();
  const [attempt, setAttempt] = useState(0);
  const [failedAttempt, setFailedAttempt] = useState(-1);
  if (failedAttempt < attempt) return <ViewerFrame key={attempt} contactId={contactId} grants={grants} as={as} onFailed={() => { setFailedAttempt(attempt); }} />;
  return (
    <div className="viewer cobrowse-waiting" role="alert">
      <p>{text('cobrowse.failed')}</p>
      <ActionButton label={text('cobrowse.retry')} onPress={() => { setAttempt(attempt + 1); }} />
    </div>
  );
}

function ViewerFrame({ contactId, grants, as, onFailed }: CobrowseViewerProps & { onFailed: () => void }): ReactNode {
  const desk = useDesk();
  const { api } = desk;
  const text = useText();
  const frame = useRef<HTMLIFrameElement>(null);
  const [viewer, setViewer] = useState<MountedViewer | null>(null);
  const handleFailed = useEffectEvent(onFailed);

  useEffect(() => {
    const iframe = frame.current;
    if (iframe === null) return undefined;
    let mounted: MountedViewer | null = null;
    let isGone = false;
    const credential = (): Promise<ViewerToken> => as === 'supervisor' ? api.supervision.lookOn(contactId) : api.viewerToken(contactId);
    const mount = async (): Promise<void> => {
      try {
        const { token, viewerUrl, cobrowseUrl } = await credential();
        if (isGone) return;
        mounted = mountViewer(iframe, {
          viewerUrl, cobrowseUrl, token,
          renew: async () => (await credential()).token,
          onState: (state) => { if (state.name === 'failed' && !isGone) handleFailed(); },
          ...(as === 'agent' ? { onAsk: (grant) => { void desk.askGrant(contactId, grant); }, onGiveBack: (grant) => { void desk.giveBackGrant(contactId, grant); } } : {}),
        });
        setViewer(mounted);
      } catch {
        if (!isGone) handleFailed();
      }
    };
    void mount();
    return () => { isGone = true; mounted?.dispose(); };
  }, [api, contactId, desk, as]);

  useEffect(() => { viewer?.setGrants(grants); }, [viewer, grants]);

  // oxlint-disable-next-line react/iframe-missing-sandbox -- mountViewer sets the sandbox before it sets the address.
  return <div className="viewer"><iframe ref={frame} className="viewer-frame" title={text('cobrowse.frame')} /></div>;
}
