from shop import sending, storing

if __name__ == "__main__":
    sending.run()
    storing.run()
