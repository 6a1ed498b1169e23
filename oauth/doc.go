// Package oauth gets access tokens for Segment's tracking API, and puts them on requests.
//
// The flow is `client_credentials` with a client assertion that is signed with a private key (RFC 7523 section 2.2). A
// [Source] keeps one token and renews it while it is used; its transport goes around that of an HTTP client:
//
//	source := oauth.New(oauth.Settings{Config: cfg, Telemetry: telemetry})
//	if err := source.Start(ctx, host); err != nil {
//		return err
//	}
//	client.Transport = source.Transport(client.Transport)
package oauth
