// The server that the tests in the page are loaded from puts a style sheet into the page when it is imported.

declare module '*.css';
