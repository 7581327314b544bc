/** A chat with an agent, and the choice before it: call or write. */
import { useState } from 'preact/hooks';
import type { CallProposal } from '#shared/thread-protocol.ts';
import * as texts from '../texts.ts';
import { Conversation } from './conversation.tsx';
import { useSay, useWorkings } from './context.ts';
import { Icon, type IconName } from './icon.tsx';
import { Avatar, Button, Notice } from './parts.tsx';
import type { Screen } from './screen.ts';
import { Offline } from './trouble.tsx';
import { waitWords } from './words.ts';

export function ChoosingScreen({ screen }: { readonly screen: Extract<Screen, { name: 'choosing' }> }) {
  const say = useSay();
  const { client, sounds, settings } = useWorkings();
  const choose = (channel: 'voice' | 'chat'): void => {
    sounds.unlock();
    client.choose(channel);
  };
  return (
    <div class="body">
      <div class="lead"><h2>{say(texts.chooseTitle)}</h2></div>
      <div class="choices">
        <Way icon="phone" title={say(texts.chooseCall)} hint={say(texts.chooseCallHint)} note={waitWords(screen.wait.ewt, settings.language)} onPress={() => choose('voice')} />
        <Way icon="chat" title={say(texts.chooseChat)} hint={say(texts.chooseChatHint)} onPress={() => choose('chat')} />
      </div>
    </div>
  );
}

function Way({ icon, title, hint, note, onPress }: { readonly icon: IconName; readonly title: string; readonly hint: string; readonly note?: string; readonly onPress: () => void }) {
  return (
    <button type="button" class="way" onClick={onPress}>
      <i><Icon name={icon} /></i>
      <span><b>{title}</b><small>{hint}</small>{note === undefined ? null : <small class="note">{note}</small>}</span>
    </button>
  );
}

export function ChatScreen({ screen }: { readonly screen: Extract<Screen, { name: 'chat' }> }) {
  const say = useSay();
  const { client } = useWorkings();
  const { agent, proposal, offline } = screen;
  return (
    <>
      <div class="body chatting">
        <div class="with"><Avatar name={agent} mood={offline ? 'paused' : 'talking'} /><h2>{agent}</h2></div>
        {offline ? <Offline held={texts.chatHeld} /> : null}
        {screen.callFailed && proposal === null ? <Notice icon="warning" tone="warning" title={say(texts.chatCallFailed)} hint={say(texts.chatCallFailedHint)} /> : null}
        {screen.endsAt === null ? null : <Notice icon="clock" tone="warning" title={say(texts.chatStillThere)} hint={say(texts.chatStillThereHint)} />}
        {proposal === null || offline ? null : <Proposal {...proposal} agent={agent} />}
        <Conversation agent={agent} hint={say(texts.chatEmpty)} />
      </div>
      <div class="foot pair">
        <Button kind="quiet" onPress={() => void client.leave()}>{say(texts.chatEnd)}</Button>
        {screen.mayCall ? <Button kind="quiet" icon="phone" disabled={proposal !== null || offline} onPress={() => { client.proposeCall({ video: false }).catch(() => undefined); }}>{say(texts.chatTalk)}</Button> : null}
        {screen.mayVideo ? <Button kind="quiet" icon="camera" disabled={proposal !== null || offline} onPress={() => { client.proposeCall({ video: true }).catch(() => undefined); }}>{say(texts.chatVideo)}</Button> : null}
      </div>
    </>
  );
}

function Proposal({ by, video, agent }: CallProposal & { readonly agent: string }) {
  const say = useSay();
  const { client } = useWorkings();
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const answer = (work: () => Promise<void>): void => {
    setBusy(true);
    setFailed(false);
    work().catch(() => setFailed(true)).finally(() => setBusy(false));
  };
  const decline = (): void => answer(() => client.declineCall());
  const hint = by === 'agent' ? say(video ? texts.chatVideoAskedHint : texts.chatCallAskedHint) : '';
  const title = by === 'agent' ? video ? texts.chatVideoAsked : texts.chatCallAsked : video ? texts.chatVideoWanted : texts.chatCallWanted;
  return (
    <Notice icon={video ? 'camera' : 'phone'} title={say(title, { agent })} hint={failed ? say(texts.answerFailed) : hint}>
      {by === 'customer' ? <Button kind="plain" disabled={busy} onPress={decline}>{say(texts.chatCallTakeBack)}</Button> : (
        <span class="pair">
          <Button kind="plain" disabled={busy} onPress={decline}>{say(texts.decline)}</Button>
          <Button kind={video ? 'plain' : 'primary'} icon="phone" disabled={busy} onPress={() => answer(() => client.proposeCall({ video: false }))}>{say(video ? texts.chatVoiceYes : texts.chatCallYes)}</Button>
          {video ? <Button kind="primary" icon="camera" disabled={busy} onPress={() => answer(() => client.proposeCall({ video: true }))}>{say(texts.chatVideoYes)}</Button> : null}
        </span>
      )}
    </Notice>
  );
}
