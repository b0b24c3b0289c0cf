// Package web is the page of `innards ui`: profiles and reports of other commands, in the browser.
package web
