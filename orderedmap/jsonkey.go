package orderedmap

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
)

// keyReader returns how a member's name becomes a key, following encoding/json: text unmarshalers first,
// then strings, then integers.
func keyReader[K comparable]() (func(name string) (K, error), error) {
	t := reflect.TypeFor[K]()
	set := func(parse func(v reflect.Value, name string) error) (func(string) (K, error), error) {
		return func(name string) (key K, err error) {
			err = parse(reflect.ValueOf(&key).Elem(), name)
			return key, err
		}, nil
	}
	mismatch := func(name string) error {
		return &json.UnmarshalTypeError{Value: "number " + name, Type: t}
	}
	switch _, text := any(new(K)).(encoding.TextUnmarshaler); {
	case text:
		return func(name string) (key K, err error) {
			err = any(&key).(encoding.TextUnmarshaler).UnmarshalText([]byte(name))
			return key, err
		}, nil
	case t == reflect.TypeFor[string]():
		return func(name string) (key K, err error) {
			*any(&key).(*string) = name
			return key, nil
		}, nil
	case t.Kind() == reflect.String:
		return set(func(v reflect.Value, name string) error {
			v.SetString(name)
			return nil
		})
	case isSigned(t.Kind()):
		return set(func(v reflect.Value, name string) error {
			n, err := strconv.ParseInt(name, 10, t.Bits())
			if err != nil {
				return mismatch(name)
			}
			v.SetInt(n)
			return nil
		})
	case isUnsigned(t.Kind()):
		return set(func(v reflect.Value, name string) error {
			n, err := strconv.ParseUint(name, 10, t.Bits())
			if err != nil {
				return mismatch(name)
			}
			v.SetUint(n)
			return nil
		})
	}
	return nil, &json.UnmarshalTypeError{Value: "object", Type: reflect.TypeFor[map[K]any]()}
}

// keyWriter returns how a key becomes a member's name: strings first here, then text marshalers.
func keyWriter[K comparable]() (func(key K) (string, error), error) {
	t := reflect.TypeFor[K]()
	switch {
	case t == reflect.TypeFor[string]():
		return func(key K) (string, error) { return *any(&key).(*string), nil }, nil
	case t.Kind() == reflect.String:
		return func(key K) (string, error) { return reflect.ValueOf(key).String(), nil }, nil
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return func(key K) (string, error) {
			if v := reflect.ValueOf(&key).Elem(); v.Kind() == reflect.Pointer && v.IsNil() {
				return "", nil
			}
			text, err := any(key).(encoding.TextMarshaler).MarshalText()
			return string(text), err
		}, nil
	case isSigned(t.Kind()):
		return func(key K) (string, error) { return strconv.FormatInt(reflect.ValueOf(key).Int(), 10), nil }, nil
	case isUnsigned(t.Kind()):
		return func(key K) (string, error) { return strconv.FormatUint(reflect.ValueOf(key).Uint(), 10), nil }, nil
	}
	// Not Map[K, any]: naming that type would compile the whole map a second time for each key type of a program.
	return nil, &json.UnsupportedTypeError{Type: reflect.TypeFor[map[K]any]()}
}

func isSigned(k reflect.Kind) bool   { return reflect.Int <= k && k <= reflect.Int64 }
func isUnsigned(k reflect.Kind) bool { return reflect.Uint <= k && k <= reflect.Uintptr }
