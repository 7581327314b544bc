/** The agent's own status: available, break with a reason, offline; with how long it has been so. */
import type { ReactNode } from 'react';
import { ChevronDown } from 'lucide-react';
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Separator, Text } from 'react-aria-components';
import type { AgentView } from '#shared/agent-protocol.ts';
import { Key } from './action-button.tsx';
import { useDesk, useNow, useText } from './desk-context.tsx';
import { clockTime } from './duration.ts';
import { reasonLabel } from './labels.ts';

export function StatusMenu({ agent, breakReasons }: { agent: AgentView['agent']; breakReasons: readonly string[] }): ReactNode {
  const desk = useDesk();
  const text = useText();
  const now = useNow();
  const reasons = breakReasons.length === 0 ? [null] : breakReasons;
  const label = agent.status === 'break' && agent.reason !== null ? reasonLabel(agent.reason, text) : text(`status.${agent.status}`);
  const choose = (key: string): void => {
    if (key === 'available' || key === 'offline') void desk.setStatus({ status: key });
    else void desk.setStatus(key === 'break:' ? { status: 'break' } : { status: 'break', reason: key.slice('break:'.length) });
  };
  return (
    <MenuTrigger>
      <Button className={`status-button status-${agent.status}`} aria-label={text('status.button', { status: label })}>
        <span className="dot" aria-hidden />
        <span className="status-label">{label}</span>
        <time className="figure">{clockTime((now - Date.parse(agent.statusSince)) / 1000)}</time>
        <ChevronDown aria-hidden size={14} />
      </Button>
      <Popover className="popover" placement="bottom start">
        <Menu className="menu" onAction={(key) => { choose(String(key)); }} aria-label={text('status.menu')}>
          <MenuItem id="available" className="menu-item status-available" textValue={text('status.available')}>
            <span className="dot" aria-hidden /><Text slot="label">{text('status.available')}</Text><Key action="available" />
          </MenuItem>
          <Separator className="menu-separator" />
          <MenuSection>
            <Header className="menu-header">{text('status.break')}</Header>
            {reasons.map((reason, index) => (
              <MenuItem key={reason ?? ''} id={`break:${reason ?? ''}`} className="menu-item status-break" textValue={reason ?? text('status.break')}>
                <span className="dot" aria-hidden /><Text slot="label">{reason ?? text('status.break')}</Text>{index === 0 ? <Key action="break" /> : null}
              </MenuItem>
            ))}
          </MenuSection>
          <Separator className="menu-separator" />
          <MenuItem id="offline" className="menu-item status-offline" textValue={text('status.offline')}>
            <span className="dot" aria-hidden /><Text slot="label">{text('status.offline')}</Text><Key action="offline" />
          </MenuItem>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
