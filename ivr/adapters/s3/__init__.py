"""Object stores that speak S3; only this package imports obstore."""
