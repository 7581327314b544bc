/** `npm run build`: everything that `npm start` would prepare, without starting; for images and for machines that are set up ahead. */
import { prepare } from './prepare/prepare.ts';
import { withTroublesTold } from './prepare/trouble.ts';

await withTroublesTold('GetHelp could not be prepared.', () => prepare(process.env));
