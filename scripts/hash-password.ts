/** `npm run -s hash-password < file`: reads a password from standard input and prints the hash that the contact-center file takes. */
import { text } from 'node:stream/consumers';
import { hashPassword } from '../gateway/src/session/secrets.ts';
import { Trouble, withTroublesTold } from './prepare/trouble.ts';

await withTroublesTold('No hash was made.', async () => {
  if (process.stdin.isTTY) process.stderr.write('Type the password (it is shown), Enter, then Ctrl-D:\n');
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') throw new Trouble('The password was empty. Usage: npm run -s hash-password < file-with-the-password');
  process.stdout.write(`${await hashPassword(password)}\n`);
});
