/** The strip under the header while there are three: who is talking to whom, for how long, and what to do with the third. */
import { Fragment, useState, type ReactNode } from 'react';
import { ArrowLeftRight, CheckCheck, Merge, UserMinus } from 'lucide-react';
import type { AgentContact } from '#shared/agent-protocol.ts';
import { ActionButton } from './action-button.tsx';
import { callAtHand } from './call-at-hand.ts';
import { customerName, initials } from './customer-name.ts';
import { useDesk, useDeskState, useNow, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';
import { LevelBar } from './level-bar.tsx';
import { partyLine, type Link, type PartyInLine } from './party-line.ts';

export function PartyStrip({ contact }: { contact: AgentContact }): ReactNode {
  const text = useText();
  const { legs } = useDeskState();
  const line = partyLine(contact);
  if (line === null) return null;
  const leg = legs.find(({ contactId }) => contactId === contact.contactId) ?? null;
  const name = (party: PartyInLine): string => {
    if (party.role === 'you') return text('party.you');
    return party.role === 'customer' ? customerName(contact, text) : party.name;
  };
  return (
    <section className="party-strip" data-conference={line.isConference || undefined} aria-label={text('party.label')}>
      <ol className="party-row">
        {line.row.map((party, index) => {
          const link = line.links[index];
          return (
            <Fragment key={party.role}>
              <li className={`party party-${party.role}`}>
                <span className="party-sign" aria-hidden>{initials(name(party))}</span>
                <span className="party-name">{name(party)}</span>
                {party.role === 'you' && leg?.muted !== true ? null : (
                  <span className="party-detail">{party.role === 'you' ? text('party.muted') : <LinkState link={linkOf(line.links, party)} since={sinceOf(contact, party)} />}</span>
                )}
                {party.role === 'customer' && leg?.remoteAudio[0] !== undefined && line.links[0] === 'talking' ? <LevelBar track={leg.remoteAudio[0]} /> : null}
              </li>
              {link === undefined ? null : <li className={`party-link link-${link}`} aria-hidden><i /></li>}
            </Fragment>
          );
        })}
      </ol>
      <output className="visually-hidden">{text(summaryKey(line.links, line.isConference, contact.part), { customer: customerName(contact, text), name: name(line.row[contact.part === 'consulted' ? 1 : 2]) })}</output>
      {contact.part === 'consulted' ? <p className="party-note">{text('party.consultedNote', { name: contact.by?.name ?? '' })}</p> : <SecondActions contact={contact} />}
    </section>
  );
}

function SecondActions({ contact }: { contact: AgentContact }): ReactNode {
  const desk = useDesk();
  const state = useDeskState();
  const text = useText();
  const { contactId, second } = contact;
  const { obstacle } = callAtHand(contact, state, text);
  const isUnderWay = (['swap', 'merge', 'complete', 'drop'] as const).some((action) => state.underWay.has(`${action}:${contactId}`));
  const button = (action: 'swap' | 'merge' | 'complete' | 'drop', icon: ReactNode, kind: 'plain' | 'primary'): ReactNode => (
    <ActionButton label={text(action === 'drop' && second?.state === 'ringing' ? 'second.cancel' : `second.${action}`)} icon={icon} shortcut={action} kind={kind}
      isDisabled={isUnderWay} obstacle={obstacle(action)} onPress={() => { void desk.calls.second(contactId, action); }} />
  );
  return (
    <div className="party-actions" role="toolbar" aria-label={text('second.controls')}>
      {button('swap', <ArrowLeftRight aria-hidden size={16} />, 'plain')}
      {button('merge', <Merge aria-hidden size={16} />, 'plain')}
      {button('drop', <UserMinus aria-hidden size={16} />, 'plain')}
      {button('complete', <CheckCheck aria-hidden size={16} />, 'primary')}
    </div>
  );
}

/** How a party stands to the one in the middle, and since when as far as this page has seen. */
function LinkState({ link, since }: { link: Link; since: string | null }): ReactNode {
  const text = useText();
  const now = useNow();
  const [seen, setSeen] = useState<{ link: Link; at: number | null }>({ link, at: null });
  if (seen.link !== link) setSeen({ link, at: now });
  const from = seen.at ?? (since === null ? null : Date.parse(since));
  return <span className={`party-state state-link-${link}`}>{text(`link.${link}`)}{from === null ? null : <time className="figure">{clockTime((now - from) / 1000)}</time>}</span>;
}

function linkOf([toCustomer, toOther]: readonly [Link, Link], { role }: PartyInLine): Link {
  return role === 'customer' ? toCustomer : toOther;
}

/** A customer who is on hold has been so since the second party was called. */
function sinceOf({ second, call }: AgentContact, { role }: PartyInLine): string | null {
  return role === 'customer' && second?.talk !== 'second' ? call.connectedAt : second?.since ?? call.connectedAt;
}

function summaryKey([toCustomer, toSecond]: readonly [Link, Link], isConference: boolean, part: AgentContact['part']): 'party.sum.conference' | 'party.sum.ringing' | 'party.sum.second' | 'party.sum.customer' | 'party.sum.advising' {
  if (isConference) return 'party.sum.conference';
  if (part === 'consulted') return 'party.sum.advising';
  if (toSecond === 'ringing') return 'party.sum.ringing';
  return toCustomer === 'talking' ? 'party.sum.customer' : 'party.sum.second';
}
