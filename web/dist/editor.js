/** GraphiQL, with the explorer and the examples beside it. */
import { examples } from './examples.js';
import { fetcher } from './session.js';
import { onLanguage, say, spoken } from './words.js';

const { React, ReactDOM, GraphiQL, GraphiQLPluginExplorer } = globalThis;
const { createElement: h, useEffect, useMemo, useSyncExternalStore } = React;
const { parse, validate } = GraphiQL.GraphQL;
const { PluginContextProvider, useEditorContext, usePluginStore, useSchemaStore } = GraphiQL.React;

// A plugin is known by its title, so a title does not change with the language.
const plugins = [
  { title: '示例 Examples', icon: ExamplesIcon, content: Examples },
  { ...GraphiQLPluginExplorer.explorerPlugin({ showAttribution: false }), title: '构造 Explorer' },
];
const WELCOME = `# 按 Ctrl-Enter（⌘-Enter）运行；左侧有文档、示例与查询构造。登录后显示您的角色所能用的一切。
# Ctrl-Enter (⌘-Enter) runs this. Documentation, examples and the explorer are on the left;
# after signing in you see all that your role may use.

query Vocabulary {
  vocabulary {
    enum
    value
    zh
    en
  }
}
`;

const NARROW = '(max-width: 700px)'; // as in liufang.css
const OWNER = 'graphiql:owner';
const root = ReactDOM.createRoot(document.getElementById('graphiql'));
let storage = tabStorage();
let mounts = 0;
let pane = matchMedia(NARROW).matches ? null : plugins[0];
// GraphiQL's first render looks for the open pane where only an earlier one would have put it.
ReactDOM.flushSync(() => root.render(h(PluginContextProvider, { plugins, visiblePlugin: pane })));

/**
 * Shows GraphiQL anew, so that it reads the caller's schema. Tabs and history stay when the person at
 * the keyboard chose another post or account, and go when they signed out, or when their session ended
 * and somebody else signs in.
 */
export function mount({ person, left, switched }) {
  const owner = storage.getItem(OWNER);
  if (left || (!switched && person && owner && owner !== person)) {
    storage.forget();
    storage = tabStorage();
  }
  if (person) storage.setItem(OWNER, person);
  root.render(h(GraphiQL, {
    key: mounts += 1,
    fetcher,
    storage,
    plugins,
    visiblePlugin: pane,
    onTogglePluginVisibility: (plugin) => { pane = plugin; },
    defaultQuery: WELCOME,
    defaultEditorToolsVisibility: false,
    isHeadersEditorEnabled: false,
    shouldPersistHeaders: false,
  }, h(GraphiQL.Logo, null, 'GraphiQL'), h(Editors)));
}

/** What GraphiQL's editors lack: names for those who cannot see them, and lines that wrap in the query
 *  (the comments of the examples are to be read). */
function Editors() {
  const language = useSyncExternalStore(onLanguage, spoken);
  const { queryEditor, variableEditor, responseEditor } = useEditorContext({ nonNull: true });
  useEffect(() => queryEditor?.setOption('lineWrapping', true), [queryEditor]);
  useEffect(() => {
    for (const [editor, word] of [[queryEditor, 'query'], [variableEditor, 'variables'], [responseEditor, 'response']]) {
      editor?.getInputField().setAttribute('aria-label', say(word));
    }
  }, [language, queryEditor, variableEditor, responseEditor]);
  return null;
}

/** Tabs and history can hold personal data, so they go with the browser tab: sessionStorage. Once
 *  forgotten a storage takes nothing more (GraphiQL writes half a second late). */
function tabStorage() {
  const within = safely(() => sessionStorage, null);
  const keys = () => safely(() => Object.keys(within).filter((key) => key.startsWith('graphiql:')), []);
  let open = within !== null;
  return {
    getItem: (key) => (open ? within.getItem(key) : null),
    setItem: (key, value) => { if (open) within.setItem(key, value); },
    removeItem: (key) => { if (open) within.removeItem(key); },
    clear: () => keys().forEach((key) => within.removeItem(key)),
    get length() { return keys().length; },
    forget() {
      open = false;
      keys().filter((key) => key !== 'graphiql:theme').forEach((key) => within.removeItem(key));
    },
  };
}

function safely(run, otherwise) {
  try { return run(); } catch { return otherwise; }
}

function Examples() {
  const language = useSyncExternalStore(onLanguage, spoken);
  const schema = useSchemaStore((store) => store.schema);
  const { addTab, queryEditor, setOperationName } = useEditorContext({ nonNull: true });
  const setVisiblePlugin = usePluginStore((store) => store.setVisiblePlugin);
  const fitting = useMemo(() => (schema ? examples.filter(({ query }) => validate(schema, parse(query)).length === 0) : []), [schema]);

  function open(example) {
    // A new tab starts with the default query: it must be there before it is replaced.
    ReactDOM.flushSync(addTab);
    queryEditor.setValue(example.query.replace('EXAMPLE-KEY', randomKey()));
    setOperationName(example.name);
    // On a narrow screen the list covers the editor.
    if (matchMedia(NARROW).matches) setVisiblePlugin(null);
    queryEditor.focus();
  }

  return h('section', { 'aria-label': say('pickExample'), className: 'examples' },
    h('h2', null, language === 'zh' ? '示例' : 'Examples'),
    h('p', null, schema && fitting.length === 0 ? say('noExample') : say('pickExample')),
    h('ul', null, fitting.map((example) => h('li', { key: example.name },
      h('button', { type: 'button', 'data-example': example.name, onClick: () => open(example) },
        h('strong', null, example.title[language]),
        h('span', null, example.note[language]))))));
}

function ExamplesIcon(props) {
  return h('svg', { viewBox: '0 0 20 20', fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round', strokeLinejoin: 'round', ...props },
    h('path', { d: 'M4 3h8l4 4v10H4zM12 3v4h4M7 11h6M7 14h4' }));
}

/** An idempotency key. Not `randomUUID`: that is missing where a network has no HTTPS. */
function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
