/** Login, and what stands in its place when another desktop took over. */
import { useState, type FormEvent, type ReactNode } from 'react';
import { Headset } from 'lucide-react';
import { Button, FieldError, Input, Label, TextField } from 'react-aria-components';
import { ProblemError } from '../session/desk-api.ts';
import { ActionButton } from './action-button.tsx';
import { useDesk, useText } from './desk-context.tsx';
import { problemText } from './problem-text.ts';

export function LoginPage({ expired }: { expired: boolean }): ReactNode {
  const desk = useDesk();
  const text = useText();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [isPending, setPending] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setPending(true);
    setRefusal(null);
    try {
      await desk.login({ username: field(form, 'username'), password: field(form, 'password') });
    } catch (error) {
      const problem = error instanceof ProblemError ? error.problem : null;
      setRefusal(problem?.status === 401 ? text('login.wrong') : problemText(problem, text));
      setPending(false);
    }
  };

  return (
    <Gate title={text('login.title')}>
      {expired ? <output className="gate-hint">{text('login.expired')}</output> : null}
      <form className="gate-form" onSubmit={(event) => { void submit(event); }}>
        <TextField className="field" name="username" isRequired autoComplete="username">
          <Label>{text('login.username')}</Label><Input ref={focusOnce} className="input" autoCapitalize="none" spellCheck="false" /><FieldError className="field-error" />
        </TextField>
        <TextField className="field" name="password" type="password" isRequired autoComplete="current-password">
          <Label>{text('login.password')}</Label><Input className="input" /><FieldError className="field-error" />
        </TextField>
        {refusal === null ? null : <p className="field-error" role="alert">{refusal}</p>}
        <Button type="submit" className="button button-primary button-wide" isPending={isPending}>
          {isPending ? text('login.pending') : text('login.submit')}
        </Button>
      </form>
    </Gate>
  );
}

export function SupersededPage(): ReactNode {
  const desk = useDesk();
  const text = useText();
  return (
    <Gate title={text('superseded.title')}>
      <p className="gate-text">{text('superseded.text')}</p>
      <ActionButton kind="primary" label={text('superseded.takeOver')} onPress={() => { desk.takeOver(); }} />
    </Gate>
  );
}

function Gate({ title, children }: { title: string; children: ReactNode }): ReactNode {
  return (
    <main className="gate">
      <div className="gate-card">
        <div className="brand brand-large"><Headset aria-hidden size={22} /><span>GetHelp</span></div>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** The login page has one purpose: its first field is where the keyboard belongs. */
function focusOnce(input: HTMLInputElement | null): void {
  input?.focus();
}

function field(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}
