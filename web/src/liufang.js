/** The page: the header, the sign-in dialog, and when GraphiQL is shown anew. */
import { mount } from './editor.js';
import { actAs, adopt, events, label, send, signedIn, signIn, signOut, viewer } from './session.js';
import { onLanguage, say, sayAll, spoken, switchLanguage } from './words.js';

const find = (selector) => document.querySelector(selector);
const who = find('#who');
const posts = find('#posts');
const sign = find('#sign');
const dialog = find('#sign-in');
const message = find('#message');
const notice = find('#notice');
/** What the server said of the caller, and its role's label; null while nobody is signed in. */
let caller = null;
let turns = 0;

find('#language').addEventListener('click', switchLanguage);
onLanguage(render);
find('#sdl').addEventListener('click', (event) => {
  event.preventDefault();
  busy(event.currentTarget, downloadSchema);
});
posts.querySelector('select').addEventListener('change', (event) => busy(event.currentTarget, () => actAs(event.target.value)));
sign.addEventListener('click', () => (signedIn() ? signOut() : askToSignIn()));
find('#switch').addEventListener('click', () => askToSignIn());

find('#close').addEventListener('click', () => dialog.close());
dialog.addEventListener('close', () => dialog.querySelectorAll('form').forEach((form) => form.reset()));
submits('#by-password', (form) => signIn(form.get('username'), form.get('password')));
submits('#by-token', (form) => adopt(form.get('token')));

events.addEventListener('identity', identify);
events.addEventListener('unauthenticated', (event) => askToSignIn(event.detail));

render();
identify();

/** Asks who is calling, then shows the header and the schema of that caller. */
async function identify({ detail: left } = {}) {
  const turn = turns += 1;
  let next = null;
  notice.textContent = '';
  try {
    next = await viewer();
    if (next?.role) next.roleLabel = await label('Role', next.role);
  } catch (refusal) {
    if (signedIn()) notice.textContent = refusal.message;
  }
  if (turn !== turns) return; // the caller is another by now
  const switched = caller !== null && next !== null;
  caller = next;
  mount({ person: caller?.name, left, switched });
  render();
}

function render() {
  sayAll();
  const role = caller?.roleLabel?.[spoken()] ?? caller?.role;
  const several = caller?.posts?.length > 1;
  who.replaceChildren(...[
    ['strong', caller?.name],
    ['span', several ? null : caller?.post?.label],
    ['span', caller?.region?.name],
    ['em', role],
  ].filter(([, text]) => text).map(([element, text]) => Object.assign(document.createElement(element), { textContent: text })));
  if (!signedIn()) who.textContent = say('anonymous');
  posts.hidden = !several;
  posts.querySelector('select').replaceChildren(...(several ? caller.posts : []).map((post) => new Option(post.label, post.id, false, post.id === caller.post?.id)));
  find('#switch').hidden = !signedIn();
  sign.textContent = say(signedIn() ? 'signOut' : 'signIn');
  sign.classList.toggle('primary', !signedIn());
}

function askToSignIn(said = '') {
  message.textContent = said;
  if (dialog.open) return;
  dialog.showModal();
  find('[name=username]').focus();
}

function submits(form, submit) {
  find(form).addEventListener('submit', (event) => {
    event.preventDefault();
    message.textContent = '';
    const fields = new FormData(event.currentTarget);
    busy(event.submitter, async () => {
      try {
        await submit(fields);
        dialog.close();
      } catch (refusal) {
        message.textContent = refusal.message;
      }
    });
  });
}

/** Runs what a control stands for, once at a time; what fails is said below the header. */
async function busy(control, run) {
  if (control.ariaBusy === 'true') return;
  control.ariaBusy = 'true';
  notice.textContent = '';
  try {
    await run();
  } catch (refusal) {
    notice.textContent = refusal.message;
    render();
  } finally {
    control.ariaBusy = 'false';
  }
}

async function downloadSchema() {
  const answer = await send('schema.graphql');
  if (!answer.ok) throw new Error(`${say('failed')} (HTTP ${answer.status})`);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `liufang-${(caller?.role ?? 'anonymous').toLowerCase()}.graphql`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
