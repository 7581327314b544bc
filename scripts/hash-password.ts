/**
 * `npm run -s hash-password < file`: reads a password from standard input and prints the hash that the contact-center file takes; with
 * `-- --sip <username>@<SIP_DOMAIN>` the pair of hashes of a phone's password.
 */
import { text } from 'node:stream/consumers';
import { hashPassword } from '../gateway/src/session/secrets.ts';
import { ha1Of } from '../gateway/src/sip/digest/digest.ts';
import { Trouble, withTroublesTold } from './prepare/trouble.ts';

await withTroublesTold('No hash was made.', async () => {
  const [option, account = ''] = process.argv.slice(2);
  const [username, realm] = account.split('@');
  if (option !== undefined && (option !== '--sip' || !username || !realm)) {
    throw new Trouble('Usage: npm run -s hash-password -- --sip anna@help.example.com < file-with-the-password');
  }
  if (process.stdin.isTTY) process.stderr.write('Type the password (it is shown), Enter, then Ctrl-D:\n');
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  if (password === '') throw new Trouble('The password was empty. Usage: npm run -s hash-password < file-with-the-password');
  if (username && realm) {
    const { MD5, 'SHA-256': sha256 } = ha1Of(username, realm, password);
    process.stdout.write(`ha1: { md5: ${MD5}, sha256: ${sha256} }\n`);
  } else {
    process.stdout.write(`${await hashPassword(password)}\n`);
  }
});
