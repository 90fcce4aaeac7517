// Package ext stands for a package that Traefik's repository holds and its published module lacks:
// the places where other builds of Traefik add fields to the dynamic configuration. None here.
package ext

// HTTP adds nothing.
type HTTP struct{}

// Router adds nothing.
type Router struct{}
