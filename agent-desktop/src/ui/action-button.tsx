/** Buttons with an icon, a key and a tooltip that tells both; one look for the whole desk. */
import type { ReactNode } from 'react';
import { Button, Keyboard, ToggleButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { shortcutLabel, type ShortcutAction } from './shortcuts.ts';
import { useDeskState } from './desk-context.tsx';

interface ActionButtonProps {
  readonly label: string;
  /** Read out instead of the label, where several say the same; it begins with the label. */
  readonly name?: string;
  readonly icon?: ReactNode;
  readonly shortcut?: ShortcutAction;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** Icon only; the label is read out and shown in the tooltip. */
  readonly compact?: boolean;
  readonly isDisabled?: boolean;
  /** Why it cannot be pressed just now: it keeps its place in the focus order, so that everybody can come to the reason. */
  readonly obstacle?: string | null;
  readonly onPress: () => void;
}

export function ActionButton({ label, name, icon, shortcut, kind = 'plain', compact = false, isDisabled = false, obstacle = null, onPress }: ActionButtonProps): ReactNode {
  const button = (
    <Button className={`button button-${kind}${compact ? ' button-compact' : ''}`} isDisabled={isDisabled} {...unavailable(obstacle)}
      onPress={() => { if (obstacle === null) onPress(); }} {...(compact ? { 'aria-label': label } : name === undefined ? {} : { 'aria-label': name })}>
      {icon}{compact ? null : <span>{label}</span>}
    </Button>
  );
  return compact || shortcut !== undefined || obstacle !== null ? <Explained label={obstacle ?? label} shortcut={obstacle === null ? shortcut ?? null : null}>{button}</Explained> : button;
}

function unavailable(obstacle: string | null): { 'aria-disabled'?: true } {
  return obstacle === null ? {} : { 'aria-disabled': true };
}

interface ActionToggleProps {
  readonly label: string;
  /** Shown instead of the label while selected: what a press would do. */
  readonly selectedLabel: string;
  readonly icon: ReactNode;
  readonly shortcut: ShortcutAction;
  readonly isSelected: boolean;
  readonly isDisabled?: boolean;
  readonly obstacle?: string | null;
  readonly tone?: 'warning' | 'plain';
  readonly onChange: (selected: boolean) => void;
}

export function ActionToggle({
  label, selectedLabel, icon, shortcut, isSelected, isDisabled = false, obstacle = null, tone = 'plain', onChange,
}: ActionToggleProps): ReactNode {
  return (
    <Explained label={obstacle ?? (isSelected ? selectedLabel : label)} shortcut={obstacle === null ? shortcut : null}>
      <ToggleButton className={`button button-toggle tone-${tone}`} aria-label={label} isSelected={isSelected} isDisabled={isDisabled} {...unavailable(obstacle)}
        onChange={(selected) => { if (obstacle === null) onChange(selected); }}>
        {icon}<span aria-hidden>{isSelected ? selectedLabel : label}</span>
      </ToggleButton>
    </Explained>
  );
}

/** A tooltip with the label and the key. */
export function Explained({ label, shortcut, children }: { label: string; shortcut: ShortcutAction | null; children: ReactNode }): ReactNode {
  return (
    <TooltipTrigger delay={500} closeDelay={100}>
      {children}
      <Tooltip className="tooltip" offset={6}>
        {label}{shortcut === null ? null : <Key action={shortcut} />}
      </Tooltip>
    </TooltipTrigger>
  );
}

/** The key of an action as a small cap; nothing while shortcuts are switched off. */
export function Key({ action }: { action: ShortcutAction }): ReactNode {
  const { preferences } = useDeskState();
  return preferences.shortcuts ? <Keyboard className="key">{shortcutLabel(action, navigator.platform)}</Keyboard> : null;
}
