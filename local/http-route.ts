import { InvalidRequestError, quote } from '../platform/index.ts';

/** What requests are told apart by. */
export interface Route {
  /** `GET`, `POST`, …, or `ANY`. With the path `$default` it has no meaning. */
  readonly method: string;
  /** `/classify`, `/images/{id}`, `/files/{proxy+}`, or `$default` for whatever no route matches. */
  readonly path: string;
}

/** A route of an HTTP API, and the function behind it. */
export interface HttpRoute extends Route {
  readonly functionName: string;
  /** Version or alias. Default: the unqualified function. */
  readonly qualifier?: string;
  /** Type of replies that are streamed to those who accept it, as through a function URL: without a time-out. Default: none. */
  readonly streams?: string;
}

/** The route of a request, and its path parameters. */
export interface RouteMatch<R extends Route = HttpRoute> {
  readonly route: R;
  /** `POST /classify`, or `$default`. */
  readonly routeKey: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Finds the route of a request. */
export type MatchRoute<R extends Route> = (method: string, path: string) => RouteMatch<R> | undefined;

const PARAMETER = /^\{(?<name>[\w.-]+)(?<greedy>\+)?\}$/;
const DEFAULT = '$default';

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

const compile = (path: string): { readonly pattern: RegExp; readonly names: readonly string[] } => {
  const names: string[] = [];
  const segments = path.split('/').map((segment) => {
    const groups = PARAMETER.exec(segment)?.groups;
    if (groups?.name === undefined) return escapeRegExp(segment);
    names.push(groups.name);
    return groups.greedy === undefined ? '([^/]+)' : '(.+)';
  });
  return { pattern: new RegExp(`^${segments.join('/')}$`), names };
};

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

/** Full matches before parameters, parameters before a greedy one, a method before `ANY` (HTTP API routing docs). */
const rank = ({ method, path }: Route): number =>
  (path.includes('+}') ? 4 : path.includes('{') ? 2 : 0) + (method === 'ANY' ? 1 : 0);

/**
 * Compiles routes. The most specific one wins, as in API Gateway.
 *
 * @throws InvalidRequestError for a path that neither begins with a slash nor is `$default`.
 */
export const compileRoutes = <R extends Route>(routes: readonly R[]): MatchRoute<R> => {
  for (const { path } of routes) {
    if (path === DEFAULT || path.startsWith('/')) continue;
    throw new InvalidRequestError(
      `Expected the path of a route to begin with / or to be ${DEFAULT}, received ${quote(path)}`,
    );
  }
  const fallback = routes.find(({ path }) => path === DEFAULT);
  const compiled = routes
    .filter((route) => route !== fallback)
    .map((route) => ({ route, ...compile(route.path) }))
    .sort((a, b) => rank(a.route) - rank(b.route));

  return (method, path) => {
    for (const { route, pattern, names } of compiled) {
      if (route.method !== method && route.method !== 'ANY') continue;
      const found = pattern.exec(path);
      if (found === null) continue;
      const parameters = Object.fromEntries(names.map((name, i) => [name, decode(found[i + 1] ?? '')]));
      return { route, routeKey: `${route.method} ${route.path}`, parameters };
    }
    return fallback && { route: fallback, routeKey: DEFAULT, parameters: {} };
  };
};
