package receiver

import (
	"errors"
	"fmt"
	"net/netip"
)

// ClientIPConfig is the `client_ip` section.
type ClientIPConfig struct {
	// Mode is hide, fill or off. Default: hide.
	Mode ClientIPMode `mapstructure:"mode"`

	// IPv6 fills in IPv6 addresses too, which Segment itself does not record. Default: false.
	IPv6 bool `mapstructure:"ipv6"`

	// TrustedProxies are the networks, such as 10.0.0.0/8, of the proxies whose X-Forwarded-For is believed. Default: none.
	TrustedProxies []string `mapstructure:"trusted_proxies"`

	// prevent unkeyed literal initialization
	_ struct{}
}

// Validate reports entries that are no networks.
func (c *ClientIPConfig) Validate() error {
	_, err := c.networks()
	return err
}

func (c *ClientIPConfig) networks() ([]netip.Prefix, error) {
	var networks []netip.Prefix
	var errs []error
	for i, text := range c.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			errs = append(errs, fmt.Errorf("trusted_proxies[%d]: %q is no network, such as 10.0.0.0/8 or 192.0.2.1/32", i, text))
			continue
		}
		networks = append(networks, network)
	}
	return networks, errors.Join(errs...)
}
