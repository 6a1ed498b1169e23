package record

import "fmt"

// InvalidJSONError says that a body is not JSON, or not the JSON that it has to be.
type InvalidJSONError struct {
	// Offset is the byte where the problem is.
	Offset int
	// Problem says what it is, without any payload.
	Problem string
}

// Error implements error.
func (e *InvalidJSONError) Error() string {
	return fmt.Sprintf("invalid JSON at byte %d: %s", e.Offset, e.Problem)
}

// TooLargeError says that there is more in a body than is taken at once.
type TooLargeError struct {
	// Problem says what there is too much of.
	Problem string
}

// Error implements error.
func (e *TooLargeError) Error() string { return e.Problem }
