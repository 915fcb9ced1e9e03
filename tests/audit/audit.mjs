// Runs the audits of graphql-http against the server at the first argument, with the token of LIUFANG_AUDIT_TOKEN
// (a document that fits no schema is told to nobody without one). Prints what failed, and ends with 1 if anything did.
import { auditServer } from 'graphql-http';

const [url] = process.argv.slice(2);
const authorization = `Bearer ${process.env.LIUFANG_AUDIT_TOKEN}`;
const fetchFn = (input, init = {}) => fetch(input, { ...init, headers: { ...init.headers, authorization } });

const results = await auditServer({ url, fetchFn });
const failed = results.filter((result) => result.status !== 'ok');
for (const { id, name, status, reason } of failed) console.log(`${status} ${id} ${name}: ${reason}`);
console.log(`${results.length - failed.length} of ${results.length} audits passed`);
process.exitCode = failed.length === 0 && results.length >= 61 ? 0 : 1;
