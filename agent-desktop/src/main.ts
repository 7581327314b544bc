/**
 * The first script. It starts the session and the softphone before the screen is even loaded: after a reload in mid-call the gateway
 * calls back as soon as the registration is there.
 */
import { Desk } from './desk/desk.ts';

const desk = new Desk();
desk.start();
await desk.callIsBack();

const { mount } = await import('./ui/mount.tsx');
const element = document.querySelector<HTMLElement>('#desk');
if (element !== null) mount(desk, element);
