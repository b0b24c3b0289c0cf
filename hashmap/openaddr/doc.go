// Package openaddr holds hash maps with open addressing.
package openaddr
