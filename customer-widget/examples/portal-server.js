// A portal's server: knows who is logged in, and asks the gateway for a session on their behalf.
import express from 'express';

const { GATEWAY = 'http://localhost:8080', GATEWAY_KEY = 'demo-portal-key', PORT = '3000' } = process.env;
const ORIGIN = process.env.ORIGIN ?? `http://localhost:${PORT}`;

// Stands for your own login: whoever your session cookie says is there, or null.
const loggedIn = (request) => (request.get('cookie')?.includes('user=mara') ? { id: 'C-204117', name: 'Mara Lindholm', segment: 'Premier' } : null);

async function helpSession(request) {
  // Only pages of your own may ask. Browsers send Origin with every POST, and no other site can make it yours.
  if (request.get('origin') !== ORIGIN) return { status: 403, body: { type: 'about:blank', title: 'Not from here', status: 403 } };
  const user = loggedIn(request);
  const { pageUrl, title, topic } = request.body;
  const answer = await fetch(`${GATEWAY}/api/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${GATEWAY_KEY}` },
    body: JSON.stringify({
      customer: user && { id: user.id, name: user.name, attributes: { segment: user.segment } },
      inquiry: { pageUrl, title, topic },
      origins: [ORIGIN],
    }),
    signal: AbortSignal.timeout(8_000),
  });
  // The widget understands the session and every problem as they come.
  return { status: answer.status, body: await answer.json() };
}

const app = express();
app.post('/help-session', express.json(), (request, response, next) => {
  helpSession(request).then(({ status, body }) => response.status(status).json(body), next);
});
app.listen(Number(PORT), () => console.log(`Portal on ${ORIGIN}`));
