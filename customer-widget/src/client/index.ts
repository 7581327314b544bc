/** The headless client SDK: what an app or a page with its own design builds upon. */
export { GetHelpClient } from './client.ts';
export type { ClientOptions, ClientSnapshot } from './snapshot.ts';
export type { CaptureFailure, CaptureState } from './capture.ts';
export { createSessionAt, type SessionRequest } from './create-session.ts';
export type { MediaConnection } from './media.ts';
export type { BeginWith } from './connection.ts';
export type { PendingMessage, ThreadSnapshot } from './thread.ts';
export type { ClientProblem, FailureReason } from './problems.ts';
export { memoryResumeStore, sessionResumeStore, type ResumeEntry, type ResumeStore } from './resume-store.ts';
export type { SharerToken } from '#shared/customer-protocol.ts';
export { isUnderWay, viewOf, type ClientState } from './state.ts';
export type { MessageDraft } from './writing.ts';
