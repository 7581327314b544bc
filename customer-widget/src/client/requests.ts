/** What a customer asks of the gateway in one request each, while a contact stands. All of them reject with `RequestFailed`: with the gateway's reason, or because it cannot be reached now. */
import type { GrantAnswer } from '#shared/cobrowse-grants.ts';
import type { AskCallback, SharerToken } from '#shared/customer-protocol.ts';
import type { Connection } from './connection.ts';
import { RequestFailed } from './problems.ts';

export abstract class CustomerRequests {
  /** Null while there is no contact. */
  protected abstract get connection(): Connection | null;

  /** `what`: the request, as the error names it. */
  protected reach(what: string): Connection {
    const { connection } = this;
    if (connection === null) throw RequestFailed.offline(what);
    return connection;
  }

  /** No to an agent who would rather talk, or takes one's own wish back. Rejects with `RequestFailed`. */
  async declineCall(): Promise<void> {
    await this.reach('declineCall').declineCall();
  }

  /** Hangs up a call that was a chat before, which goes on. Rejects with `RequestFailed`. */
  async endCall(): Promise<void> {
    await this.reach('endCall').endCall();
  }

  /** Answers the notice that the view shows. Rejects with `RequestFailed`. */
  async answerNotice(step: string, accept: boolean): Promise<void> {
    await this.reach('notice').notice(step, accept);
  }

  /** Waits although the queue advised against it. Rejects with `RequestFailed`. */
  async waitAnyway(): Promise<void> {
    await this.reach('wait').wait();
  }

  /** To be called back, where the view's `callbacks` allow it; the page may be closed then, or come back by `resume`. Rejects with `RequestFailed`. */
  async askCallback(asked: AskCallback): Promise<void> {
    await this.reach('callback').callback(asked);
  }

  /** To wait here by oneself again, at the same place. Rejects with `RequestFailed`. */
  async withdrawCallback(): Promise<void> {
    await this.reach('callbackWithdraw').callbackWithdraw();
  }

  /** The times that can be chosen, ISO 8601. Rejects with `RequestFailed`. */
  async callbackTimes(): Promise<readonly string[]> {
    return (await this.reach('callbackTimes').callbackTimes()).times;
  }

  /** Tones for a menu or an extension behind the agent: 1 to 16 of 0-9, *, #. Rejects with `RequestFailed`. */
  async dtmf(digits: string): Promise<void> {
    await this.reach('dtmf').dtmf(digits);
  }

  /** The customer's consent to be seen, given in the page. Rejects with `RequestFailed`. */
  async grantCobrowse(): Promise<SharerToken> {
    return await this.reach('cobrowseGrant').cobrowseGrant();
  }

  /** Another token for sharing that was consented to. Rejects with `RequestFailed`, also when the consent is gone. */
  async cobrowseToken(): Promise<SharerToken> {
    return await this.reach('cobrowseToken').cobrowseToken();
  }

  /** The customer's word on a further grant. A no takes effect in the page first: offline this rejects, and is to be told again. */
  async answerGrant(answer: GrantAnswer): Promise<void> {
    await this.reach('cobrowseAnswer').cobrowseAnswer(answer);
  }

  /** Tells the gateway that sharing is over (or declined). Stop the recorder first: offline this rejects, and is to be told again. */
  async revokeCobrowse(): Promise<void> {
    await this.reach('cobrowseRevoke').cobrowseRevoke();
  }
}
