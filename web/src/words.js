/** The page's own words in both languages, and which of the two is spoken. */
const WORDS = {
  anonymous: { en: 'Not signed in', zh: '未登录' },
  close: { en: 'Close', zh: '关闭' },
  ended: { en: 'Your session has ended. Please sign in again.', zh: '登录已失效，请重新登录。' },
  failed: { en: 'The server cannot be reached or gave no proper answer.', zh: '无法连接服务器，或服务器未正常应答。' },
  kept: { en: 'Kept in this browser tab only, and gone when it is closed.', zh: '仅保存在当前标签页，关闭即清除。' },
  noExample: { en: 'No example fits your role.', zh: '您的角色没有可用的示例。' },
  otherLanguage: { en: '中文', zh: 'English' },
  otherLanguageTag: { en: 'zh-Hans', zh: 'en' },
  otherLanguageTitle: { en: '切换为中文', zh: 'Switch to English' },
  page: { en: 'Page', zh: '页面' },
  password: { en: 'Password', zh: '密码' },
  pickExample: { en: 'Each opens in a new tab. Shown are those that your role may use.', zh: '点选后在新标签中打开；仅列出您的角色可用的操作。' },
  post: { en: 'Post acted in', zh: '当前任职' },
  query: { en: 'Query', zh: '查询' },
  response: { en: 'Response', zh: '应答' },
  sdl: { en: 'Schema', zh: '接口定义' },
  sdlTitle: { en: 'Download the schema of your role (GraphQL SDL)', zh: '下载您的角色可用的接口定义（GraphQL SDL）' },
  signIn: { en: 'Sign in', zh: '登录' },
  signOut: { en: 'Sign out', zh: '退出' },
  switchUser: { en: 'Switch', zh: '切换' },
  token: { en: 'Access token', zh: '访问令牌' },
  username: { en: 'Username', zh: '用户名' },
  useThis: { en: 'Use this token', zh: '使用此令牌' },
  useToken: { en: 'Paste an access token instead', zh: '改用访问令牌' },
  variables: { en: 'Variables', zh: '变量' },
};

const KEY = 'liufang:language';
const listeners = new Set();
let language = kept() ?? (navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en');

/** `zh` or `en`. */
export const spoken = () => language;

/** The BCP 47 tag that is sent as Accept-Language and set on the document. */
export const tag = () => (language === 'zh' ? 'zh-Hans' : 'en');

/** One of the words above. */
export const say = (word) => WORDS[word][language];

/** Calls `listener` after each change of language; answers a function that ends this. */
export function onLanguage(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  try { sessionStorage.setItem(KEY, language); } catch { /* storage is barred: not kept */ }
  for (const listener of listeners) listener();
}

/** Fills every element that names a word: `data-say` its text, `data-say-<x>` an attribute. */
export function sayAll() {
  document.documentElement.lang = tag();
  for (const element of document.querySelectorAll('[data-say]')) element.textContent = say(element.dataset.say);
  for (const [key, attribute] of [['sayLabel', 'aria-label'], ['sayTitle', 'title'], ['sayLang', 'lang']]) {
    const selector = `[data-say-${key.slice(3).toLowerCase()}]`;
    for (const element of document.querySelectorAll(selector)) element.setAttribute(attribute, say(element.dataset[key]));
  }
}

function kept() {
  try { return sessionStorage.getItem(KEY); } catch { return null; }
}
