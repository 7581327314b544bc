/** One request of the portal's server to the gateway: asks for a session, and passes a refusal on as it came. */
import type { CreateSession } from '#shared/session-api.ts';

export interface SessionRequestOptions {
  readonly gatewayUrl: string;
  readonly apiKey: string;
  readonly body: CreateSession;
}

const limitMs = 8_000;

/** The status and JSON for the widget: the gateway's own, or 502 where it could not be reached. */
export async function requestSession({ gatewayUrl, apiKey, body }: SessionRequestOptions): Promise<{ readonly status: number; readonly body: unknown }> {
  try {
    const response = await fetch(`${gatewayUrl}/api/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(limitMs),
    });
    return { status: response.status, body: await response.json() };
  } catch (error) {
    return {
      status: 502,
      body: { type: '/problems/gateway-unreachable', title: 'The help desk cannot be reached', status: 502, detail: error instanceof Error ? error.name : 'Unknown' },
    };
  }
}
