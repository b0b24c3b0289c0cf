// Package orderedmap holds maps that keep an order of their own.
package orderedmap
