/**
 * The tokens, and every request that carries them. They live in memory and in sessionStorage (so that
 * a reload keeps them), never in localStorage, a cookie or an address.
 */
import { say, tag } from './words.js';

const KEY = 'liufang:session';
const SESSION = 'session { accessToken refreshToken } userErrors { message }';
const SIGN_IN = `mutation SignIn($username: String!, $password: String!) { signIn(input: { username: $username, password: $password }) { ${SESSION} } }`;
const REFRESH = `mutation RefreshToken($refreshToken: String!) { refreshToken(input: { refreshToken: $refreshToken }) { ${SESSION} } }`;
const ACT_AS = `mutation ActAs($post: ID!) { actAs(input: { post: $post }) { ${SESSION} } }`;
const SIGN_OUT = 'mutation SignOut($refreshToken: String!) { signOut(input: { refreshToken: $refreshToken }) { done } }';
const VIEWER = '{ viewer { name role post { id label } posts { id label } region { code name } } }';

/** Events: `identity` when the caller is another (a refreshed token is the same caller), `detail` being
 *  true if they signed out; `unauthenticated` when the server asks for a token, `detail` its words. */
export const events = new EventTarget();

let session = kept();
let refreshing = null;

export const signedIn = () => session !== null;

/** What the server would not do, in words for the person at the keyboard. */
class Refusal extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

export async function signIn(username, password) {
  become(granted((await ask(SIGN_IN, { username, password }, null)).signIn));
}

/** Takes a token that was got elsewhere, if the server accepts it. */
export async function adopt(pasted) {
  const accessToken = pasted.replace(/^\s*Bearer\s/i, '').replace(/\s+/g, '');
  await ask(VIEWER, {}, { accessToken });
  become({ accessToken });
}

export async function actAs(post) {
  keep(granted((await ask(ACT_AS, { post })).actAs));
  announce();
}

export function signOut() {
  const former = session;
  // Forgotten here at once, whatever the server says: there may be no network.
  keep(null);
  announce(true);
  leave(former);
}

function become(next) {
  const former = session;
  keep(next);
  announce();
  leave(former);
}

/** Ends a session at the server. An access token is short: the refresh token, which is not, must be
 *  ended even when the other has expired. */
async function leave(former) {
  if (!former?.refreshToken) return;
  const end = (as) => ask(SIGN_OUT, { refreshToken: as.refreshToken }, as);
  try {
    await end(former).catch(async (refusal) => {
      const next = refusal.status === 401 && await successor(former);
      if (next) await end(next);
    });
  } catch { /* it expires by itself */ }
}

/** Who the token belongs to, or null. */
export async function viewer() {
  return session && (await ask(VIEWER)).viewer;
}

/** The label of a value of an enum, in both languages, or undefined. */
export async function label(name, value) {
  vocabulary ??= ask('{ vocabulary { enum value zh en } }', {}, null).catch(() => ({ vocabulary: [] }));
  return (await vocabulary).vocabulary.find((entry) => entry.enum === name && entry.value === value);
}
let vocabulary = null;

/** The fetcher of GraphiQL. */
export async function fetcher({ query, variables, operationName }) {
  try {
    return await body(await send('graphql', operation({ query, variables, operationName })));
  } catch (refusal) {
    return { errors: [{ message: refusal.message }] };
  }
}

/**
 * Sends a request with the token, if there is one. At a 401 it gets a new token by the refresh token
 * (once, however many requests wait for it) and tries again; failing that, `unauthenticated`.
 */
export async function send(path, init = {}) {
  const used = session;
  const answer = await request(path, init, used);
  if (answer.status !== 401) return answer;
  if (used === null) {
    unauthenticated((await body(answer.clone())).errors?.[0]?.message);
  } else if (session === used && !(await refreshed())) {
    end();
  } else if (session !== null) {
    const second = await request(path, init, session);
    if (second.status !== 401) {
      // A body that nobody reads keeps its connection busy.
      await answer.body?.cancel();
      return second;
    }
    end();
  }
  return answer;
}

/** True if there is a new token now, false if the server refuses one; throws if it cannot say. */
function refreshed() {
  refreshing ??= renew().finally(() => { refreshing = null; });
  return refreshing;
}

async function renew() {
  const used = session;
  const next = await successor(used);
  // Signed out, or in as another, meanwhile: that stands.
  if (next && session === used) keep(next);
  return next !== null;
}

/** The session that follows by the refresh token, or null if the server refuses it. */
async function successor({ refreshToken }) {
  if (!refreshToken) return null;
  try {
    return (await ask(REFRESH, { refreshToken }, null)).refreshToken.session;
  } catch (refusal) {
    if (refusal.status === 401) return null;
    throw refusal;
  }
}

function end() {
  if (session === null) return;
  keep(null);
  announce();
  unauthenticated(say('ended'));
}

function unauthenticated(said = say('ended')) {
  events.dispatchEvent(new CustomEvent('unauthenticated', { detail: said }));
}

/** The `data` of an operation; throws a Refusal with the server's words. With `as` (a session, or
 *  null for no token) it is sent just so, without a second attempt. */
async function ask(query, variables = {}, as) {
  const init = operation({ query, variables });
  const answer = await (as === undefined ? send('graphql', init) : request('graphql', init, as));
  const { data, errors } = await body(answer);
  if (errors?.length || !data) throw new Refusal(errors?.[0]?.message ?? say('failed'), answer.status);
  return data;
}

function granted({ session: next, userErrors }) {
  if (!next) throw new Refusal(userErrors.map((error) => error.message).join(' ') || say('failed'), 200);
  return next;
}

function operation(asked) {
  return {
    method: 'POST',
    headers: { 'Accept': 'application/graphql-response+json, application/json;q=0.9', 'Content-Type': 'application/json' },
    body: JSON.stringify(asked),
  };
}

async function request(path, init, as) {
  const headers = { ...init.headers, 'Accept-Language': tag() };
  if (as) headers.Authorization = `Bearer ${as.accessToken}`;
  try {
    return await fetch(path, { ...init, headers, credentials: 'omit', redirect: 'error' });
  } catch {
    throw new Refusal(say('failed'));
  }
}

/** The JSON of an answer; an answer that is none (a proxy's error page) becomes a GraphQL error. */
async function body(answer) {
  try {
    return await answer.json();
  } catch {
    return { errors: [{ message: `${say('failed')} (HTTP ${answer.status})` }] };
  }
}

function announce(left = false) {
  events.dispatchEvent(new CustomEvent('identity', { detail: left }));
}

function keep(next) {
  session = next && { accessToken: next.accessToken, refreshToken: next.refreshToken ?? null };
  try {
    if (session) sessionStorage.setItem(KEY, JSON.stringify(session));
    else sessionStorage.removeItem(KEY);
  } catch { /* storage is barred: in memory only */ }
}

function kept() {
  try { return JSON.parse(sessionStorage.getItem(KEY)); } catch { return null; }
}
