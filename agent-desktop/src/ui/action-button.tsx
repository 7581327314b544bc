/** Buttons with an icon, a key and a tooltip that tells both; one look for the whole desk. */
import type { ReactNode } from 'react';
import { Button, Keyboard, ToggleButton, Tooltip, TooltipTrigger } from 'react-aria-components';
import { shortcutLabel, type ShortcutAction } from './shortcuts.ts';
import { useDeskState } from './desk-context.tsx';

interface ActionButtonProps {
  readonly label: string;
  readonly icon?: ReactNode;
  readonly shortcut?: ShortcutAction;
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet';
  /** Icon only; the label is read out and shown in the tooltip. */
  readonly compact?: boolean;
  readonly isDisabled?: boolean;
  readonly onPress: () => void;
}

export function ActionButton({ label, icon, shortcut, kind = 'plain', compact = false, isDisabled = false, onPress }: ActionButtonProps): ReactNode {
  const button = (
    <Button className={`button button-${kind}${compact ? ' button-compact' : ''}`} isDisabled={isDisabled} onPress={onPress} {...(compact ? { 'aria-label': label } : {})}>
      {icon}{compact ? null : <span>{label}</span>}
    </Button>
  );
  return compact || shortcut !== undefined ? <Explained label={label} shortcut={shortcut ?? null}>{button}</Explained> : button;
}

interface ActionToggleProps {
  readonly label: string;
  /** Shown instead of the label while selected: what a press would do. */
  readonly selectedLabel: string;
  readonly icon: ReactNode;
  readonly shortcut: ShortcutAction;
  readonly isSelected: boolean;
  readonly isDisabled?: boolean;
  readonly tone?: 'warning' | 'plain';
  readonly onChange: (selected: boolean) => void;
}

export function ActionToggle({ label, selectedLabel, icon, shortcut, isSelected, isDisabled = false, tone = 'plain', onChange }: ActionToggleProps): ReactNode {
  return (
    <Explained label={isSelected ? selectedLabel : label} shortcut={shortcut}>
      <ToggleButton className={`button button-toggle tone-${tone}`} aria-label={label} isSelected={isSelected} isDisabled={isDisabled} onChange={onChange}>
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
