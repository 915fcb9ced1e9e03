// Looks at the GraphiQL page of a running server in Chromium:
//   node check.mjs BASE_URL USERNAME PASSWORD OUTPUT_FOLDER
// Prints what it checked, leaves screenshots in the folder, exits with 1 at a failure. Chromium is
// $CHROMIUM or /usr/bin/chromium. It signs in and out and reads; it changes no data.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const [base, username, password, out] = process.argv.slice(2);
if (!out) {
  console.error('usage: node check.mjs BASE_URL USERNAME PASSWORD OUTPUT_FOLDER');
  process.exit(2);
}
const origin = new URL(base).origin;
const src = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), 'src');
const CSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** The queries of callers without a token. */
const ANONYMOUS = 'privacyNotice,vocabulary';
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.html': 'text/html' };

let failures = 0;
function check(what, holds, detail = '') {
  console.log(`${holds ? 'ok  ' : 'FAIL'} ${what}${holds ? '' : ` ${detail}`}`);
  if (!holds) failures += 1;
}

await mkdir(out, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  await served();
  await signingIn();
  await endings();
  await pasting();
  await looks();
} catch (error) {
  check('ran to its end', false, error.stack);
} finally {
  await browser.close();
}
console.log(failures ? `${failures} failed` : 'all well');
process.exit(failures ? 1 : 0);

/** A fresh browser profile on the page, with everything it asked for and complained of. */
async function open(options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB', acceptDownloads: true, ...options });
  const page = await context.newPage();
  const seen = { requests: [], complaints: [] };
  page.on('request', (request) => seen.requests.push(request));
  page.on('pageerror', (error) => seen.complaints.push(String(error)));
  page.on('console', (line) => { if (['error', 'warning'].includes(line.type())) seen.complaints.push(line.text()); });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`));
  });
  const answer = await page.goto(base);
  await ready(page);
  return { context, page, seen, answer };
}

/** GraphiQL is there and has its schema. */
async function ready(page) {
  await page.locator('.graphiql-query-editor .CodeMirror').waitFor();
  await page.waitForLoadState('networkidle');
}

/** A 401 that was provoked shows on Chromium's console; nothing else may. */
function clean(seen, what, provoked = false) {
  const complaints = seen.complaints.filter((text) => !(provoked && /status of 401/.test(text)));
  check(`${what}: no CSP violation, error or warning on the console`, complaints.length === 0, complaints.join(' | '));
  const foreign = seen.requests.map((request) => request.url()).filter((url) => !/^(data|blob):/.test(url) && new URL(url).origin !== origin);
  check(`${what}: no foreign request`, foreign.length === 0, foreign.join(' '));
}

async function signIn(page, name = username, secret = password) {
  if (!(await page.locator('#sign-in').isVisible())) await page.locator('#sign').click();
  await page.locator('[name=username]').fill(name);
  await page.locator('[name=password]').fill(secret);
  await page.keyboard.press('Enter');
}

async function signedIn(page) {
  await page.locator('#sign-in').waitFor({ state: 'hidden' });
  await page.locator('#who strong').waitFor();
  await ready(page);
}

/** Opens one of GraphiQL's panes, if it is not open. */
async function pane(page, title) {
  const button = page.getByRole('button', { name: `Show ${title}` });
  if (await button.count()) await button.click();
}

async function exampleNames(page) {
  await pane(page, '示例 Examples');
  await page.locator('[data-example]').first().waitFor();
  return page.locator('[data-example]').evaluateAll((all) => all.map((one) => one.dataset.example));
}

/** The root fields in the documentation pane: what GraphiQL itself knows of the schema. */
async function documented(page) {
  await pane(page, 'Documentation Explorer');
  await page.locator('.graphiql-doc-explorer-content a', { hasText: /^Query/ }).first().click();
  const names = await page.locator('.graphiql-doc-explorer-content .graphiql-doc-explorer-field-name').allTextContents();
  return names;
}

/** Runs the present tab and answers what the response pane then holds. */
async function run(page) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => new URL(response.url()).pathname.endsWith('/graphql')),
    page.locator('.graphiql-execute-button').click(),
  ]);
  await answer.finished();
  await page.locator('.result-window .CodeMirror').waitFor();
  await page.waitForTimeout(200);
  return page.locator('.result-window .CodeMirror').evaluate((editor) => editor.CodeMirror.getValue());
}

async function served() {
  const page = await fetch(base);
  check('/ has the strict CSP', page.headers.get('content-security-policy') === CSP, page.headers.get('content-security-policy'));
  check('/ says nosniff and no-referrer', page.headers.get('x-content-type-options') === 'nosniff' && page.headers.get('referrer-policy') === 'no-referrer');
  for (const file of await readdir(src)) {
    const answer = await fetch(new URL(file === 'index.html' ? '.' : `assets/${file}`, base));
    const [body, own] = [Buffer.from(await answer.arrayBuffer()), await readFile(path.join(src, file))];
    check(`${file} is served as it is in web/src, with its type`, body.equals(own) && answer.headers.get('content-type')?.startsWith(TYPES[path.extname(file)]), `${answer.status} ${answer.headers.get('content-type')} (after an edit: web/fetch --offline)`);
  }
}

async function signingIn() {
  const { context, page, seen } = await open();
  await page.locator('[data-example]').first().waitFor();
  check('the examples are in view at once', (await page.locator('[data-example]').first().boundingBox()).x > 0);
  await page.screenshot({ path: path.join(out, 'anonymous-1280-light.png') });
  const anonymousExamples = await exampleNames(page);
  check('anonymous: the examples are those that fit', anonymousExamples.includes('Vocabulary') && !anonymousExamples.includes('Viewer'), anonymousExamples.join());
  const anonymousFields = await documented(page);
  check('anonymous: the documentation has what needs no token', anonymousFields.sort().join() === ANONYMOUS, anonymousFields.join());
  check('anonymous: no Authorization header', seen.requests.every((request) => !request.headers().authorization));

  await page.locator('#sign').focus();
  await page.keyboard.press('Enter');
  check('the dialog opens by keyboard, with the focus in its first field', await page.locator('[name=username]').evaluate((field) => field === document.activeElement));
  check('its fields have labels', await page.getByLabel('Username').isVisible() && await page.getByLabel('Password').isVisible());
  await page.keyboard.press('Escape');
  check('Esc closes it and gives the focus back', await page.locator('#sign-in').isHidden() && await page.locator('#sign').evaluate((button) => button === document.activeElement));
  await signIn(page, username, `${password} wrong`);
  await page.waitForFunction(() => document.querySelector('#message').textContent !== '');
  check('a wrong password is said in the dialog', await page.locator('#sign-in').isVisible());
  await page.screenshot({ path: path.join(out, 'wrong-password-1280-light.png') });
  await signIn(page);
  await signedIn(page);
  check('signed in: the header names the person', (await page.locator('#who strong').textContent()).length > 0);

  const fields = await documented(page);
  check("signed in: the documentation is the role's own", fields.includes('viewer') && fields.length > 1, fields.join());
  const examples = await exampleNames(page);
  check(`signed in: the examples are those that fit (${examples.join(', ')})`, examples.includes('Viewer') && !examples.includes('SignIn'), examples.join());
  const tabs = await page.locator('.graphiql-tab').count();
  await page.locator('[data-example=Viewer]').click();
  check('an example opens in a new tab', await page.locator('.graphiql-tab').count() === tabs + 1);
  check('and runs', /"viewer"/.test(await run(page)));
  const sent = seen.requests.filter((request) => request.method() === 'POST').at(-1);
  check('with a bearer token, Accept and Accept-Language', sent.headers().authorization?.startsWith('Bearer ') && sent.headers().accept === 'application/graphql-response+json, application/json;q=0.9' && sent.headers()['accept-language'] === 'en');
  await page.screenshot({ path: path.join(out, 'signed-in-1280-light.png') });

  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#sdl').click()]);
  const sdl = await readFile(await download.path(), 'utf8');
  check(`the schema downloads as ${download.suggestedFilename()}`, sdl.includes('viewer') && download.suggestedFilename().endsWith('.graphql'));

  await page.locator('#language').click();
  check('the page speaks Chinese after the toggle', await page.locator('#sign').textContent() === '退出' && await page.locator('html').getAttribute('lang') === 'zh-Hans');
  await run(page);
  check('and asks the server to', seen.requests.filter((request) => request.method() === 'POST').at(-1).headers()['accept-language'] === 'zh-Hans');
  await page.locator('#language').click();

  const posts = page.locator('#posts select');
  if (await posts.isVisible()) {
    const other = await posts.locator('option:not(:checked)').first().getAttribute('value');
    const [read] = await Promise.all([
      page.waitForRequest((request) => request.postData()?.includes('IntrospectionQuery')),
      posts.selectOption(other),
    ]);
    await ready(page);
    check('another post: the header follows, and the schema is read with another token', await posts.inputValue() === other && read.headers().authorization !== sent.headers().authorization);
  }

  const stored = await page.evaluate(() => ({ local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, history: location.href }));
  check('localStorage is empty, there is no cookie', Object.keys(stored.local).length === 0 && stored.cookie === '' && (await context.cookies()).length === 0);
  const { accessToken, refreshToken } = JSON.parse(stored.session['liufang:session']);
  const elsewhere = JSON.stringify(Object.entries(stored.session).filter(([key]) => key !== 'liufang:session')) + seen.requests.map((request) => request.url()).join();
  check('the tokens are in no address and in one place', ![accessToken, refreshToken].some((token) => elsewhere.includes(token)) && stored.history === new URL(base).href);
  check('the password is in no storage', !JSON.stringify(stored).includes(JSON.stringify(password)));

  await page.reload();
  await signedIn(page);
  check('a reload keeps the session', true);
  await page.locator('#sign').click();
  await page.waitForFunction(() => !sessionStorage.getItem('liufang:session'));
  await page.waitForTimeout(800);
  check('after signing out nothing of it is stored', await page.evaluate(() => !JSON.stringify({ ...sessionStorage }).includes('Viewer') && !sessionStorage.getItem('graphiql:owner')));
  check('and the schema is the anonymous one', (await documented(page)).sort().join() === ANONYMOUS);
  clean(seen, 'signing in and out');
  await context.close();
}

/** What happens at a 401: with a good refresh token nothing shows, else the dialog asks. */
async function endings() {
  const { context, page, seen } = await open();
  await signIn(page);
  await signedIn(page);
  const spoil = (...names) => page.evaluate((spoilt) => {
    const session = JSON.parse(sessionStorage.getItem('liufang:session'));
    for (const name of spoilt) session[name] = `spoilt${session[name].slice(6)}`;
    sessionStorage.setItem('liufang:session', JSON.stringify(session));
  }, names);

  await spoil('accessToken');
  seen.requests.length = 0;
  await page.reload();
  await signedIn(page);
  const renewals = seen.requests.filter((request) => request.postData()?.includes('mutation RefreshToken'));
  check('a spoilt access token is renewed, once, without a token in the header', renewals.length === 1 && !renewals[0].headers().authorization, String(renewals.length));

  await spoil('accessToken', 'refreshToken');
  await page.reload();
  await page.locator('#sign-in').waitFor();
  check('when nothing is good any more the dialog asks to sign in', (await page.locator('#message').textContent()).length > 0 && await page.locator('#who strong').count() === 0);
  await page.screenshot({ path: path.join(out, 'session-ended-1280-light.png') });
  await signIn(page);
  await signedIn(page);
  check('and signing in again works', true);
  clean(seen, 'spoilt tokens', true);
  await context.close();
}

async function pasting() {
  const { context, page, seen } = await open();
  await signIn(page);
  await signedIn(page);
  const token = await page.evaluate(() => JSON.parse(sessionStorage.getItem('liufang:session')).accessToken);
  await page.evaluate(() => sessionStorage.clear());
  await page.reload();
  await ready(page);
  await page.locator('#sign').click();
  await page.locator('#sign-in summary').click();
  for (const [pasted, takes] of [[`${token.slice(0, -6)}AAAAAA`, false], [`Bearer ${token}\n`, true]]) {
    await page.getByLabel('Access token').fill(pasted);
    await page.locator('#by-token button').click();
    if (takes) await signedIn(page);
    else await page.waitForFunction(() => document.querySelector('#message').textContent !== '');
    check(takes ? 'a pasted access token is taken' : 'a spoilt one is refused in the dialog', (await page.locator('#sign-in').isVisible()) !== takes);
  }
  clean(seen, 'pasting a token', true);
  await context.close();
}

/** Screenshots, and that nothing sticks out on a phone. */
async function looks() {
  for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of [[1280, 800], [390, 844]]) {
      const { context, page, seen } = await open({ viewport: { width, height }, colorScheme, locale: 'zh-CN' });
      const shot = (name) => page.screenshot({ path: path.join(out, `${name}-${width}-${colorScheme}.png`) });
      await page.locator('#sign').click();
      await page.locator('#sign-in summary').click();
      await shot('dialog');
      await page.locator('#sign-in summary').click();
      await signIn(page);
      await signedIn(page);
      await exampleNames(page);
      await page.waitForTimeout(300);
      await shot('examples');
      await page.locator('[data-example=Viewer]').click();
      await run(page);
      await shot('answer');
      const wide = await page.evaluate(() => [document.documentElement.scrollWidth, document.querySelector('.bar').scrollWidth]);
      check(`${width} ${colorScheme}: nothing sticks out`, wide.every((pixels) => pixels <= width), wide.join());
      clean(seen, `${width} ${colorScheme}`);
      await context.close();
    }
  }
}
