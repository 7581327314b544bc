/** Where the agent's calls ring: the browser, a phone registered here, an extension; which can be reached, and which is chosen. */
import type { ReactNode } from 'react';
import { Check, ChevronDown, Headphones, Phone, PhoneOff } from 'lucide-react';
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Text } from 'react-aria-components';
import type { AgentEndpoint, AgentView } from '#shared/agent-protocol.ts';
import type { DeskState } from '../desk/desk-state.ts';
import type { TextKey } from '../i18n/catalogue.ts';
import type { Translate } from '../i18n/translate.ts';
import { useDesk, useDeskState, useText } from './desk-context.tsx';

export function EndpointMenu({ agent }: { agent: AgentView['agent'] }): ReactNode {
  const desk = useDesk();
  const state = useDeskState();
  const text = useText();
  const { label, isFit } = phoneSign(agent, state, text);
  const choose = (key: string): void => {
    if (key === 'desktop' || key === 'phone' || key === 'extension') void desk.setAnswerWith(key);
  };
  return (
    <>
      {/* Said when it goes wrong; that all is well again needs no interruption. */}
      <output className="visually-hidden">{isFit ? '' : text('endpoint.trouble', { state: label })}</output>
      <MenuTrigger>
        <Button className={`sign sign-button endpoint-button ${isFit ? 'sign-good' : 'sign-bad'}`} aria-label={text('endpoint.button', { state: label })}>
          {isFit ? <Phone aria-hidden size={15} /> : <PhoneOff aria-hidden size={15} />}
          <span className="sign-label">{label}</span>
          <ChevronDown aria-hidden size={13} />
        </Button>
        <Popover className="popover" placement="bottom end">
          <Menu className="menu" aria-label={text('endpoint.menu')} selectionMode="single" selectedKeys={[agent.answerWith]} onAction={(key) => { choose(String(key)); }}>
            <MenuSection>
              <Header className="menu-header">{text('endpoint.menu')}</Header>
              {kindsOf(agent).map(({ kind, endpoints }) => (
                <MenuItem key={kind} id={kind} className="menu-item endpoint-item" textValue={text(`endpoint.${kind}`)}>
                  {kind === 'desktop' ? <Headphones aria-hidden size={16} /> : <Phone aria-hidden size={16} />}
                  <Text slot="label">{text(`endpoint.${kind}`)}<small>{endpoints.map(({ label: one }) => one).join(', ')}</small></Text>
                  <Text slot="description" className={`endpoint-state state-${stateOf(endpoints)}`}>{text(`endpoint.${stateOf(endpoints)}`)}</Text>
                  {kind === agent.answerWith ? <Check aria-hidden size={16} /> : <span className="endpoint-unchosen" />}
                </MenuItem>
              ))}
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}

/** Whether the endpoint that rings is fit for a call, in words. */
export function phoneSign(agent: AgentView['agent'], { registration, connection }: Pick<DeskState, 'registration' | 'connection'>, text: Translate): { label: string; isFit: boolean } {
  if (connection === 'offline') return { label: text('phone.offline'), isFit: false };
  if (agent.answerWith === 'desktop') {
    const key: TextKey = `phone.${registration.name}`;
    return { label: text(key), isFit: registration.name === 'registered' };
  }
  const state = stateOf(agent.endpoints.filter(({ kind }) => kind === agent.answerWith));
  return { label: text(`phone.${agent.answerWith}.${state}`), isFit: state === 'ready' };
}

type EndpointState = 'ready' | 'busy' | 'unreachable';

function stateOf(endpoints: readonly AgentEndpoint[]): EndpointState {
  const reachable = endpoints.filter((endpoint) => endpoint.reachable);
  if (reachable.length === 0) return 'unreachable';
  return reachable.some(({ busy }) => busy) ? 'busy' : 'ready';
}

/** The kinds this agent has; the browser always, because this page is one. */
function kindsOf({ endpoints }: AgentView['agent']): ReadonlyArray<{ readonly kind: AgentEndpoint['kind']; readonly endpoints: readonly AgentEndpoint[] }> {
  return (['desktop', 'phone', 'extension'] as const)
    .map((kind) => ({ kind, endpoints: endpoints.filter((endpoint) => endpoint.kind === kind) }))
    .filter(({ kind, endpoints: own }) => kind === 'desktop' || own.length > 0);
}
