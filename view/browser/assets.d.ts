/** Style sheets: esbuild puts them into the page's one. */
declare module '*.css';
